/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole daemon but main.c, on a private bus and a stand-in for the kernel: the daemon's loop runs
 * in one thread, the test is its client in another.
 */
#pragma once

#include <stdarg.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "daemon/bus/bus-objects.h"
#include "daemon/manager.h"
#include "daemon/util.h"
#include "selftests/cryod/fake-kernel.h"
#include "selftests/unit/test.h"

#define NODE		"/dev/cryoprobe0"
#define PROBE		"/io/cryo1/probe/T_2d1"
#define WAIT_S		60

extern const char protocol_text[];	/* of the protocol "test" */
extern char directory[32];		/* of the test: its record, its protocols, its bus */
extern char address[128];		/* of the bus */
extern const char *sound_program;	/* that the next daemon starts; NULL: none */
extern struct fake_kernel fake;
extern struct manager *manager;		/* the daemon thread's */
extern sd_bus *client;
extern atomic_bool ready, abandoned;
extern atomic_int loop_result;

/* A bus of our own, of the kind that lets everybody talk to everybody. False: there is no dbus-daemon. */
bool start_bus(void);
void stop_bus(void);

/* In a thread of its own. */
void start_daemon(void);
void stop_daemon(void);

/* A connection; the caller closes it. */
sd_bus *new_client(void);

/* Makes `client` anew, which all below ask. */
void connect_client(void);
char *get_text(const char *property);
bool is_text(const char *property, const char *wanted);

/* The daemon lives in another thread: what it will do has to be waited for. */
bool wait_for(const char *property, const char *wanted);

bool has_alarm(const char *wanted);

/* Directory, protocols and stand-in; begin() starts bus, daemon and client too, false if there is no dbus-daemon. */
void set_up(void);
bool begin(void);
void tear_down(void);

/* Calls a method of the probe; its error's name goes into @ret_error, "" if there was none. */
int call(const char *method, char ret_error[128], sd_bus_message **ret, const char *types, ...);

/* The same of the records. */
int ask(const char *method, char ret_error[128], sd_bus_message **ret, const char *types, ...);

/* By the protocol "test"; 0 if it was refused. */
uint64_t start_treatment(void);
bool verb(const char *method);

/* Of the stand-in. */
void under_lock(bool *flag, bool value);
uint32_t outputs_now(void);

#define BEGIN() do { if (!begin()) SKIP("dbus-daemon does not run here"); } while (0)
