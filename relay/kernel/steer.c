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
#include "relay/kernel/steer_state.h"
#ifdef HAVE_BPF
#include <bpf/bpf.h>
#include <steer.skel.h>
#endif

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


static int load(struct steer *s)
{
	struct steer_place *place;
	int err;

	s->bpf = steer_bpf__open();
	if (!s->bpf)
		return errno ? errno : ENOMEM;

	place = &s->bpf->rodata->place;
	place->addressc = (uint32_t)s->addrc;
	place->min = s->min;
	place->ports = s->ports;
	place->key = s->key;
	for (size_t i = 0; i < s->addrc; i++)
		steer_address(&place->addressv[i], &s->addrv[i]);

	err = bpf_map__set_max_entries(s->bpf->maps.owners, s->places);
	if (err)
		return -err;

	return -steer_bpf__load(s->bpf);
}


static int share(struct steer *s)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t size = s->places * sizeof(*s->ownerv);
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


static int put(struct steer *s, uint32_t key, int fd)
{
	const uint64_t value = (uint64_t)fd;

	return bpf_map_update_elem(bpf_map__fd(s->bpf->maps.sockets), &key,
				   &value, BPF_ANY)
		       ? errno
		       : 0;
}


/**
 * Let a worker hear what comes for its ports
 *
 * @param s      Steering
 * @param worker Its number
 * @param af     Address family
 * @param door   Of whom
 * @param fd     Its socket, not owned
 *
 * @return 0 if success, otherwise errorcode
 */
int steer_hear(struct steer *s, unsigned worker, int af, enum steer_door door,
	       int fd)
{
	if (!s || worker >= STEER_WORKERS || fd < 0)
		return EINVAL;

	return put(s, 2 * (STEER_DOORS * worker + door) + (af == AF_INET6),
		   fd);
}


/**
 * Say where the flood of a port ends
 *
 * @param s  Steering
 * @param af Address family
 * @param fd Socket that nobody reads, not owned
 *
 * @return 0 if success, otherwise errorcode
 */
int steer_sink(struct steer *s, int af, int fd)
{
	return s && fd >= 0 ? put(s, STEER_SINK + (af == AF_INET6), fd)
			    : EINVAL;
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


int steer_hear(struct steer *s, unsigned worker, int af, enum steer_door door,
	       int fd)
{
	(void)s;
	(void)worker;
	(void)af;
	(void)door;
	(void)fd;

	return ENOSYS;
}


int steer_sink(struct steer *s, int af, int fd)
{
	(void)s;
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
	s->key = rand_u64();

	err = start(s);
	if (err) {
		*why = reason(err);
		mem_deref(s);
		return err;
	}

	*sp = s;

	return 0;
}
