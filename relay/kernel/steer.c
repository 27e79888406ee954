/**
 * @file steer.c  A few sockets for all media ports (BPF sk_lookup)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include "common/addr.h"
#include "relay/kernel/steer.h"
#include "relay/kernel/steer_shared.h"
#ifdef HAVE_BPF
#include <bpf/bpf.h>
#include <steer.skel.h>
#else
struct steer_bpf;
#endif

enum { WORKERS_MAX = STEER_SOCKETS / 2, MAPPED = 0xffff };

struct steer {
	struct steer_bpf *bpf;
	struct steer_owners *ownerv; /* shared with the kernel */
	size_t size;                 /* of that memory */
	struct sa addrv[STEER_ADDRESSES];
	size_t addrc;
	uint32_t min, ports, places;
};


#ifdef HAVE_BPF
static const char *reason(int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return "bpf(2) is not permitted: CAP_BPF and CAP_NET_ADMIN "
		       "are missing, or a container forbids it";
	case ENOSYS:
		return "this kernel has no bpf(2)";
	case EINVAL:
	case EOPNOTSUPP:
		return "this kernel has no sk_lookup (Linux 5.9 has)";
	case ENOMEM:
		return "out of memory";
	case E2BIG:
		return "another program has sk_lookup for itself";
	default:
		return "the kernel does not take the sk_lookup program";
	}
}


static void destructor(void *arg)
{
	struct steer *s = arg;

	if (s->ownerv)
		(void)munmap(s->ownerv, s->size);
	steer_bpf__destroy(s->bpf);
}


static void write_address(struct steer_address *to, const struct sa *sa)
{
	memset(to, 0, sizeof(*to));
	if (sa_af(sa) == AF_INET) {
		to->v[2] = htonl(MAPPED);
		to->v[3] = sa->u.in.sin_addr.s_addr;
	}
	else {
		memcpy(to->v, &sa->u.in6.sin6_addr, sizeof(to->v));
	}
}


static int load(struct steer *s)
{
	struct steer_place *place;
	const uint32_t slots = (s->places + STEER_SLOT - 1) / STEER_SLOT;
	int err;

	s->bpf = steer_bpf__open();
	if (!s->bpf)
		return errno ? errno : ENOMEM;

	place = &s->bpf->rodata->place;
	place->addressc = (uint32_t)s->addrc;
	place->min = s->min;
	place->ports = s->ports;
	for (size_t i = 0; i < s->addrc; i++)
		write_address(&place->addressv[i], &s->addrv[i]);

	err = bpf_map__set_max_entries(s->bpf->maps.owners, slots);
	if (err)
		return -err;

	return -steer_bpf__load(s->bpf);
}


static int share(struct steer *s)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t size = (s->places + STEER_SLOT - 1) / STEER_SLOT *
			    sizeof(*s->ownerv);
	void *p;

	s->size = (size + page - 1) / page * page;
	p = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		 bpf_map__fd(s->bpf->maps.owners), 0);
	if (p == MAP_FAILED)
		return errno;

	s->ownerv = p;

	return 0;
}


/* to the network that this thread is in */
static int attach(struct steer *s)
{
	const int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return errno;

	s->bpf->links.steer = bpf_program__attach_netns(s->bpf->progs.steer,
							fd);
	if (!s->bpf->links.steer)
		err = errno;
	(void)close(fd);

	return err;
}


/**
 * Let a worker hear what comes for its ports
 *
 * @param s      Steering
 * @param worker Its number
 * @param af     Address family
 * @param fd     Its socket, not owned
 *
 * @return 0 if success, otherwise errorcode
 */
int steer_hear(struct steer *s, unsigned worker, int af, int fd)
{
	const uint32_t key = 2 * worker + (af == AF_INET6);
	const uint64_t value = (uint64_t)fd;

	if (!s || worker >= WORKERS_MAX || fd < 0)
		return EINVAL;

	return bpf_map_update_elem(bpf_map__fd(s->bpf->maps.sockets), &key,
				   &value, BPF_ANY)
		       ? errno
		       : 0;
}


static int start(struct steer *s)
{
	int err;

	/* we say ourselves what fails, and of libbpf only that */
	(void)libbpf_set_print(NULL);
	err = load(s);
	if (err)
		return err;

	err = share(s);
	if (err)
		return err;

	return attach(s);
}
#else
static const char *reason(int err)
{
	(void)err;

	return "built without eBPF";
}


static void destructor(void *arg)
{
	(void)arg;
}


int steer_hear(struct steer *s, unsigned worker, int af, int fd)
{
	(void)s;
	(void)worker;
	(void)af;
	(void)fd;

	return ENOSYS;
}


static int start(struct steer *s)
{
	(void)s;

	return ENOSYS;
}
#endif


/**
 * Load the program and attach it to our network
 *
 * @param sp   Pointer to allocated steering
 * @param conf What is ours
 * @param why  Set on error: why not, in plain words
 *
 * @return 0 if success, ENOSYS without eBPF, EPERM without permission,
 *         otherwise errorcode
 */
int steer_alloc(struct steer **sp, const struct steer_conf *conf,
		const char **why)
{
	struct steer *s;
	int err;

	if (!sp || !conf || !why || !conf->addrc ||
	    conf->addrc > STEER_ADDRESSES || conf->port_min > conf->port_max)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s) {
		*why = "out of memory";
		return ENOMEM;
	}

	memcpy(s->addrv, conf->addrv, conf->addrc * sizeof(*conf->addrv));
	s->addrc = conf->addrc;
	s->min = conf->port_min;
	s->ports = (uint32_t)(conf->port_max - conf->port_min) + 1;
	s->places = (uint32_t)s->addrc * s->ports;

	err = start(s);
	if (err) {
		*why = reason(err);
		mem_deref(s);
		return err;
	}

	*sp = s;

	return 0;
}


/**
 * Get the number of an address and port
 *
 * @param s     Steering
 * @param local Address and port
 *
 * @return Its number, STEER_NOWHERE if it is not ours
 */
uint32_t steer_place(const struct steer *s, const struct sa *local)
{
	const uint32_t port = (uint32_t)sa_port(local) - s->min;

	if (port >= s->ports)
		return STEER_NOWHERE;

	for (size_t i = 0; i < s->addrc; i++) {
		if (sa_cmp(&s->addrv[i], local, SA_ADDR))
			return (uint32_t)i * s->ports + port;
	}

	return STEER_NOWHERE;
}


/**
 * Get the number of all addresses' ports
 *
 * @param s Steering
 *
 * @return How many there are
 */
uint32_t steer_places(const struct steer *s)
{
	return s ? s->places : 0;
}


static uint8_t *owner(const struct steer *s, uint32_t place)
{
	return &s->ownerv[place / STEER_SLOT].v[place % STEER_SLOT];
}


/**
 * Does a worker have a port?
 *
 * @param s      Steering
 * @param place  Number of the port
 * @param worker The worker's
 *
 * @return True if it has
 */
bool steer_has(const struct steer *s, uint32_t place, unsigned worker)
{
	return s && place < s->places &&
	       __atomic_load_n(owner(s, place), __ATOMIC_ACQUIRE) ==
		       worker + 1;
}


/**
 * Give a port to a worker
 *
 * @param s      Steering
 * @param place  Its number
 * @param worker The worker's
 */
void steer_give(struct steer *s, uint32_t place, unsigned worker)
{
	if (s && place < s->places && worker < WORKERS_MAX)
		__atomic_store_n(owner(s, place), (uint8_t)(worker + 1),
				 __ATOMIC_RELEASE);
}


/**
 * Take a port from whoever has it
 *
 * @param s     Steering
 * @param place Its number
 */
void steer_take(struct steer *s, uint32_t place)
{
	if (s && place < s->places)
		__atomic_store_n(owner(s, place), 0, __ATOMIC_RELEASE);
}
