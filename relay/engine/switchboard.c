/**
 * @file switchboard.c  All our addresses' media ports: who has which
 */
#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>
#include "relay/engine/holder.h"
#include "relay/engine/intake.h"
#include "relay/engine/port.h"
#include "relay/engine/switchboard.h"

/* any range that a call may have: what no worker has is nobody's */
enum { PORT_MIN = 1024, PORT_MAX = 65535 };

struct switchboard {
	struct steer *steer;
	_Atomic(struct port *) *portv; /* by place; not owned */
	int holder;                    /* to ask whose a port is */
	int sinkv[2];                  /* by family: nobody reads them */
};


static void destructor(void *arg)
{
	struct switchboard *b = arg;

	mem_deref(b->steer);
	mem_deref(b->portv);
	if (b->holder >= 0)
		(void)close(b->holder);
	for (int i = 0; i < 2; i++) {
		if (b->sinkv[i] >= 0)
			(void)close(b->sinkv[i]);
	}
}


/* full after a packet or two, and so for ever: what comes then is dropped,
   and nobody is told that the port was not there */
static int open_sinks(struct switchboard *b)
{
	for (int i = 0; i < 2; i++) {
		const int af = i ? AF_INET6 : AF_INET;
		int err;

		err = intake_open(&b->sinkv[i], af, 1);
		if (!err)
			err = steer_sink(b->steer, af, b->sinkv[i]);

		/* a host without IPv6 is not flooded by it */
		if (err && af == AF_INET)
			return err;
	}

	return 0;
}


/**
 * Allocate a switchboard
 *
 * @param bp   Pointer to allocated switchboard
 * @param conf Configuration: addresses
 * @param why  Set on error: why not, in plain words
 *
 * @return 0 if success, otherwise errorcode
 */
int switchboard_alloc(struct switchboard **bp, const struct relay_conf *conf,
		      const char **why)
{
	const struct steer_conf steer = {
		.addrv = conf->addrv,
		.addrc = conf->addrc,
		.port_min = PORT_MIN,
		.port_max = PORT_MAX,
	};
	struct switchboard *b;
	int err;

	*why = "out of memory";
	b = mem_zalloc(sizeof(*b), destructor);
	if (!b)
		return ENOMEM;

	b->sinkv[0] = b->sinkv[1] = -1;
	b->holder = holder_open();
	err = steer_alloc(&b->steer, &steer, why);
	if (err)
		goto out;

	*why = "no sockets for it";
	err = open_sinks(b);
	if (err)
		goto out;

	*why = "out of memory";
	b->portv = mem_zalloc(steer_places(b->steer) * sizeof(*b->portv),
			      NULL);
	if (!b->portv)
		err = ENOMEM;

out:
	if (err)
		mem_deref(b);
	else
		*bp = b;

	return err;
}


/**
 * Get the number of an address and port
 *
 * @param b     Switchboard
 * @param local Address and port
 *
 * @return Its number, SWITCHBOARD_NOWHERE if it is not ours
 */
uint32_t switchboard_place(const struct switchboard *b, const struct sa *local)
{
	return steer_place(b->steer, local);
}


/**
 * Does nobody else have a port and the one after it?
 *
 * @param b     Switchboard
 * @param local Address and even port
 *
 * @return True if we may have them
 */
bool switchboard_is_free(const struct switchboard *b, const struct sa *local)
{
	struct sa localv[2] = {*local, *local};

	sa_set_port(&localv[1], (uint16_t)(sa_port(local) + 1));

	return holder_is_nobody(b->holder, localv, 2);
}


/**
 * Let a worker hear what comes for its ports
 *
 * @param b      Switchboard
 * @param worker Its number
 * @param af     Address family
 * @param door   Of whom
 * @param fd     Its socket, not owned
 *
 * @return 0 if success, otherwise errorcode
 */
int switchboard_hear(struct switchboard *b, unsigned worker, int af,
		     enum steer_door door, int fd)
{
	return steer_hear(b->steer, worker, af, door, fd);
}


/**
 * Connect a port to a worker: from now on it hears what comes
 *
 * @param b      Switchboard
 * @param port   Port, with its place; to be disconnected before it goes
 * @param worker The worker's number
 */
void switchboard_connect(struct switchboard *b, struct port *port,
			 unsigned worker)
{
	atomic_store_explicit(&b->portv[port->place], port,
			      memory_order_relaxed);
	steer_give(b->steer, port->place, worker);
}


/**
 * Disconnect a port; by its worker
 *
 * @param b    Switchboard
 * @param port Port
 */
void switchboard_disconnect(struct switchboard *b, const struct port *port)
{
	steer_take(b->steer, port->place);
	atomic_store_explicit(&b->portv[port->place], NULL,
			      memory_order_relaxed);
}


/**
 * Let a port's source come by the door of the known
 *
 * @param b    Switchboard
 * @param port Port
 * @param src  Source, until another one is said or the port is disconnected
 */
void switchboard_know(struct switchboard *b, const struct port *port,
		      const struct sa *src)
{
	steer_know(b->steer, port->place, src);
}


/**
 * Find a worker's port; by that worker
 *
 * @param b      Switchboard
 * @param place  Number of an address and port
 * @param worker The worker's number
 *
 * @return The port, NULL if it has none there
 */
struct port *switchboard_port(const struct switchboard *b, uint32_t place,
			      unsigned worker)
{
	if (!steer_has(b->steer, place, worker))
		return NULL;

	return atomic_load_explicit(&b->portv[place], memory_order_relaxed);
}
