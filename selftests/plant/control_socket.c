// SPDX-License-Identifier: GPL-2.0-or-later
/* Clients of the control socket: never waited for, dropped when they do not take their replies. */
#include "selftests/plant/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int address_of(const char *path, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret_address->sun_path))
		return -ENAMETOOLONG;
	strcpy(ret_address->sun_path, path);
	return 0;
}

static bool somebody_listens(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected = fd >= 0 &&
			 connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0)
		close(fd);
	return connected;
}

int control_begin(struct control *c, const char *path)
{
	struct sockaddr_un address;
	int r;

	*c = (struct control){ .listen_fd = -1, .path = path };
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		c->client[i].fd = -1;
	if (!path)
		return 0;
	r = address_of(path, &address);
	if (r < 0)
		return r;
	if (somebody_listens(&address))
		return -EADDRINUSE;
	unlink(path);
	c->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->listen_fd < 0 ||
	    bind(c->listen_fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(c->listen_fd, CONTROL_CLIENTS_MAX) < 0) {
		r = -errno;
		control_end(c);
		return r;
	}
	return 0;
}

static void drop(struct control_client *client)
{
	close(client->fd);
	*client = (struct control_client){ .fd = -1 };
}

void control_end(struct control *c)
{
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (c->client[i].fd >= 0)
			drop(&c->client[i]);
	if (c->listen_fd < 0)
		return;
	close(c->listen_fd);
	unlink(c->path);
	c->listen_fd = -1;
}

/* Who comes when all places are taken is turned away. */
static void accept_clients(struct control *c)
{
	int fd;

	while ((fd = accept4(c->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		size_t i = 0;

		while (i < CONTROL_CLIENTS_MAX && c->client[i].fd >= 0)
			i++;
		if (i == CONTROL_CLIENTS_MAX)
			close(fd);
		else
			c->client[i].fd = fd;
	}
}

static bool answer(struct control_client *client, struct plant *p, char *line)
{
	char reply[CONTROL_REPLY_MAX + 1];
	size_t length;

	control_command(p, line, reply);
	length = strlen(reply);
	reply[length++] = '\n';
	return send(client->fd, reply, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length;
}

/* Answers every complete line; false when the client is to be dropped. */
static bool answer_lines(struct control_client *client, struct plant *p)
{
	char *end;

	while ((end = memchr(client->line, '\n', client->used))) {
		size_t length = end - client->line + 1;

		*end = 0;
		if (!answer(client, p, client->line))
			return false;
		client->used -= length;
		memmove(client->line, client->line + length, client->used);
	}
	return client->used < sizeof(client->line);
}

static void serve(struct control_client *client, struct plant *p)
{
	ssize_t n = recv(client->fd, client->line + client->used,
			 sizeof(client->line) - client->used, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(client);
		return;
	}
	client->used += n;
	if (!answer_lines(client, p))
		drop(client);
}

void control_turn(struct control *c, struct plant *p)
{
	if (c->listen_fd < 0)
		return;
	accept_clients(c);
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (c->client[i].fd >= 0)
			serve(&c->client[i], p);
}
