/**
 * @file control.c  The control socket: questions to a running server
 *
 * The socket's file is for its owner alone, and who connects is asked for his
 * user id as well: directories may be shared. A file that nobody listens to is
 * what a killed server has left and goes; one that answers stays.
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "common/log.h"
#include "proxy/admin/control_client.h"
#include "proxy/admin/control_state.h"

enum { BACKLOG = 16, DIR_MODE = 0755 };

static bool is_our_file(const struct control *c)
{
	struct stat st;

	return c->ino && !lstat(c->sun.sun_path, &st) && st.st_dev == c->dev &&
	       st.st_ino == c->ino;
}


static void destructor(void *arg)
{
	struct control *c = arg;

	list_flush(&c->clientl);
	control_request_flush(c);
	if (c->fd >= 0) {
		fd_close(c->fd);
		(void)close(c->fd);
	}
	if (is_our_file(c))
		(void)unlink(c->sun.sun_path);
}


static bool may_ask(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return false;

	return !cred.uid || cred.uid == geteuid();
}


static void accept_handler(int flags, void *arg)
{
	struct control *c = arg;
	struct sockaddr_un from;
	socklen_t len = sizeof(from);
	const int fd = accept4(c->fd, (struct sockaddr *)&from, &len,
			       SOCK_NONBLOCK | SOCK_CLOEXEC);
	(void)flags;

	if (fd < 0)
		return;

	if (!may_ask(fd)) {
		log_warn(c->log, "control.refused", KV_STR("why", "user"));
		(void)close(fd);
		return;
	}

	if (list_count(&c->clientl) >= CONTROL_CLIENTS_MAX) {
		log_warn(c->log, "control.refused", KV_STR("why", "too many"));
		(void)close(fd);
		return;
	}

	(void)control_client_alloc(&c->clientl, c, c->timers, fd);
}


/* 0: the file is free to be made */
static int clear_path(const struct control *c)
{
	const struct sockaddr *sa = (const struct sockaddr *)&c->sun;
	struct stat st;
	int fd, err = 0;

	if (lstat(c->sun.sun_path, &st))
		return errno == ENOENT ? 0 : errno;
	if (!S_ISSOCK(st.st_mode))
		return EEXIST;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;

	/* EAGAIN: somebody has more clients than he can take */
	if (!connect(fd, sa, sizeof(c->sun)) || errno != ECONNREFUSED)
		err = EADDRINUSE;
	(void)close(fd);
	if (!err && unlink(c->sun.sun_path))
		err = errno;

	return err;
}


static void make_directory(const struct control *c)
{
	char dir[sizeof(c->sun.sun_path)];
	char *slash;

	(void)str_ncpy(dir, c->sun.sun_path, sizeof(dir));
	slash = strrchr(dir, '/');
	if (!slash || slash == dir)
		return;

	*slash = '\0';
	(void)mkdir(dir, DIR_MODE);
}


/* nobody gets in between: who connects before listen() is refused */
static int open_socket(struct control *c)
{
	const struct sockaddr *sa = (const struct sockaddr *)&c->sun;
	struct stat st;

	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return errno;

	if (bind(c->fd, sa, sizeof(c->sun)))
		return errno;
	if (lstat(c->sun.sun_path, &st))
		return errno;

	c->dev = st.st_dev;
	c->ino = st.st_ino;
	if (chmod(c->sun.sun_path, S_IRUSR | S_IWUSR) ||
	    listen(c->fd, BACKLOG))
		return errno;

	return fd_listen(c->fd, FD_READ, accept_handler, c);
}


/**
 * Open the control socket
 *
 * @param cp     Pointer to allocated control
 * @param path   Path of the socket
 * @param timers Timers
 * @param log    Log, or NULL
 *
 * @return 0 if success, EADDRINUSE: another server answers there, EEXIST: the
 *         file is none of ours, otherwise errorcode
 */
int control_alloc(struct control **cp, const char *path, struct timers *timers,
		  struct log *log)
{
	struct control *c;
	int err;

	if (!cp || !path || !*path || !timers)
		return EINVAL;
	if (strlen(path) >= sizeof(c->sun.sun_path))
		return ENAMETOOLONG;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->fd = -1;
	c->timers = timers;
	c->log = log;
	c->sun.sun_family = AF_UNIX;
	(void)str_ncpy(c->sun.sun_path, path, sizeof(c->sun.sun_path));
	make_directory(c);
	err = clear_path(c);
	if (!err)
		err = open_socket(c);

	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}
