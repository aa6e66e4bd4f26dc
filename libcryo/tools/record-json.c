// SPDX-License-Identifier: LGPL-2.1-or-later
/* A record as JSON for other programs. */
#include "json.h"
#include "record-json.h"

#define NS_PER_MS	1000000

static void text(struct json *j, const char *key, const char *value)
{
	if (*value)
		json_string(j, key, value);
	else
		json_null(j, key);
}

static void above_zero(struct json *j, const char *key, int64_t value)
{
	if (value)
		json_integer(j, key, value);
	else
		json_null(j, key);
}

static void temperature(struct json *j, const char *key, int32_t mdegc)
{
	if (mdegc != CRYO_NOT_VALID)
		json_integer(j, key, mdegc);
	else
		json_null(j, key);
}

static void known(struct json *j, const char *key, bool is_known, int64_t value)
{
	if (is_known)
		json_integer(j, key, value);
	else
		json_null(j, key);
}

static void facts(struct json *j, const struct report_data *d)
{
	json_unsigned(j, "treatment", d->treatment);
	text(j, "outcome", d->outcome);
	text(j, "serial", d->serial);
	text(j, "model", d->model);
	text(j, "cryogen", d->cryogen);
	above_zero(j, "gauge", d->gauge);
	above_zero(j, "active_length_um", d->active_length_um);
	text(j, "operator", d->operator_name);
	text(j, "patient", d->patient);
	text(j, "nerve", d->nerve);
	above_zero(j, "end_organ_mm", d->end_organ_mm);
	above_zero(j, "started_us", d->started_us);
	above_zero(j, "ended_us", d->ended_us);
	text(j, "cryod_version", d->cryod_version);
	text(j, "kernel_version", d->kernel_version);
	text(j, "protocol", d->protocol);
	text(j, "protocol_text", d->protocol_text);
	text(j, "verdict", d->verdict);
	text(j, "verdict_detail", d->verdict_detail);
	text(j, "head", d->head);
}

static void freeze(struct json *j, const struct report_cycle *c)
{
	json_open(j, NULL, '{');
	json_unsigned(j, "site", c->site);
	json_unsigned(j, "cycle", c->cycle);
	json_integer(j, "start_ms", c->start_ns / NS_PER_MS);
	temperature(j, "target_mdegc", c->target_mdegc);
	json_boolean(j, "target_changed", c->target_changed);
	known(j, "to_target_ms", c->reached, c->to_target_ns / NS_PER_MS);
	known(j, "held_ms", c->reached, c->held_ns / NS_PER_MS);
	known(j, "hold_mean_mk", c->hold_known, c->hold_mean_mk);
	known(j, "hold_worst_mk", c->hold_known, c->hold_worst_mk);
	temperature(j, "coldest_mdegc", c->coldest_mdegc);
	json_unsigned(j, "ice_radius_um", c->ice_um);
	json_unsigned(j, "ice_error_um", c->ice_error_um);
	json_unsigned(j, "ice_half_length_um", c->ice_half_um);
	json_unsigned(j, "ice_half_length_error_um", c->ice_half_error_um);
	json_unsigned(j, "isotherm_radius_um", c->isotherm_um);
	json_unsigned(j, "isotherm_error_um", c->isotherm_error_um);
	json_unsigned(j, "isotherm_half_length_um", c->isotherm_half_um);
	json_unsigned(j, "isotherm_half_length_error_um", c->isotherm_half_error_um);
	known(j, "isotherm_distance_um", c->nerve_um, c->nerve_um);
	known(j, "isotherm_held_ms", c->nerve_um, c->nerve_held_ms);
	json_boolean(j, "adequate", c->adequate);
	json_integer(j, "unread_ms", c->unread_ns / NS_PER_MS);
	json_close(j, '}');
}

static void total(struct json *j, const struct report_total *t)
{
	json_open(j, "total", '{');
	json_integer(j, "duration_ms", t->duration_ns / NS_PER_MS);
	json_unsigned(j, "sites", t->sites);
	temperature(j, "coldest_mdegc", t->coldest_mdegc);
	json_unsigned(j, "ice_radius_um", t->ice_um);
	json_unsigned(j, "isotherm_radius_um", t->isotherm_um);
	json_unsigned(j, "samples_missing", t->missing);
	json_integer(j, "longest_gap_ms", t->longest_gap_ns / NS_PER_MS);
	json_integer(j, "unread_ms", t->unread_ns / NS_PER_MS);
	json_close(j, '}');
}

static void recovery(struct json *j, const struct report_recovery *r)
{
	static const char *const states[] = {
		[RECOVERY_EXPECTED] = "expected",
		[RECOVERY_NO_DISTANCE] = "no distance to the end organ",
		[RECOVERY_NO_LESION] = "nothing came to -20 degC",
		[RECOVERY_TOO_COLD] = "below -100 degC",
		[RECOVERY_UNREAD] = "the tip was never read",
	};
	bool is_known = r->state == RECOVERY_EXPECTED;

	json_open(j, "recovery", '{');
	json_string(j, "state", states[r->state]);
	known(j, "days", is_known, r->days);
	known(j, "days_min", is_known, r->days_min);
	known(j, "days_max", is_known, r->days_max);
	json_close(j, '}');
}

static void event(struct json *j, const struct report_event *e)
{
	json_open(j, NULL, '{');
	json_integer(j, "time_ns", e->time_ns);
	json_string(j, "source", e->source);
	json_string(j, "kind", e->kind);
	json_integer(j, "old", e->old);
	json_integer(j, "new", e->new);
	json_string(j, "text", e->text);
	json_close(j, '}');
}

/* What a sample has, in the order of its row. */
#define COLUMNS(X)								\
	X("seq", json_unsigned, seq)						\
	X("time_ns", json_integer, time_ns)					\
	X("tip_mdegc", temperature, tip_mdegc)					\
	X("target_mdegc", temperature, target_mdegc)				\
	X("shaft_mdegc", temperature, shaft_mdegc)				\
	X("tissue_mdegc", temperature, tissue_mdegc)				\
	X("infrared_mdegc", temperature, infrared_mdegc)			\
	X("cold_junction_mdegc", temperature, cold_junction_mdegc)		\
	X("pressure_kpa", temperature, pressure_kpa)				\
	X("flow_permille", json_unsigned, flow_permille)			\
	X("flow_asked_permille", json_unsigned, flow_asked_permille)		\
	X("thaw_permille", json_unsigned, thaw_permille)			\
	X("phase", json_unsigned, phase)					\
	X("site", json_unsigned, site)						\
	X("cycle", json_unsigned, cycle)					\
	X("ice_radius_um", json_unsigned, ice_radius_um)			\
	X("ice_half_length_um", json_unsigned, ice_half_length_um)		\
	X("isotherm_radius_um", json_unsigned, isotherm_radius_um)		\
	X("ice_error_um", json_unsigned, ice_error_um)				\
	X("ice_half_length_error_um", json_unsigned, ice_half_length_error_um)	\
	X("isotherm_error_um", json_unsigned, isotherm_error_um)		\
	X("isotherm_half_length_um", json_unsigned, isotherm_half_length_um)	\
	X("isotherm_half_length_error_um", json_unsigned, isotherm_half_length_error_um) \
	X("isotherm_distance_um", json_unsigned, isotherm_distance_um)		\
	X("isotherm_held_ms", json_unsigned, isotherm_held_ms)			\
	X("adequate", json_boolean, adequate)					\
	X("outputs", json_unsigned, outputs)					\
	X("interlock", json_unsigned, interlock)				\
	X("fault_mask", json_unsigned, fault_mask)

static void sample(struct json *j, const struct cryo_frame *f)
{
#define VALUE(name, write, field) write(j, NULL, f->field);
	json_open(j, NULL, '[');
	COLUMNS(VALUE)
	json_close(j, ']');
#undef VALUE
}

static void samples(struct json *j, const struct report_data *d)
{
#define NAME(name, write, field) json_string(j, NULL, name);
	json_open(j, "samples", '{');
	json_open(j, "columns", '[');
	COLUMNS(NAME)
	json_close(j, ']');
	json_open(j, "rows", '[');
	for (size_t i = 0; i < d->n_frames; i++)
		sample(j, &d->frames[i]);
	json_close(j, ']');
	json_close(j, '}');
#undef NAME
}

void record_json(FILE *out, const struct report *report)
{
	const struct report_data *d = report->data;
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	facts(&j, d);
	json_open(&j, "freezes", '[');
	for (size_t i = 0; i < report->figures.n_cycles; i++)
		freeze(&j, &report->figures.cycles[i]);
	json_close(&j, ']');
	total(&j, &report->figures.total);
	recovery(&j, &report->recovery);
	json_open(&j, "events", '[');
	for (size_t i = 0; i < d->n_events; i++)
		event(&j, &d->events[i]);
	json_close(&j, ']');
	samples(&j, d);
	json_close(&j, '}');
	fputc('\n', out);
}
