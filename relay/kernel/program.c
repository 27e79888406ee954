/**
 * @file program.c  The kernel's program, loaded, and its maps
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "common/log.h"
#include "relay/kernel/program.h"
#include <flow.skel.h>

enum { DSCP_SHIFT = 2, VERDICT_MAX = 65536 };

struct program {
	struct flow_bpf *skel;
	struct flow_slot *slotv; /* mapped, as wayv */
	struct flow_way *wayv;
	uint32_t slots;
	int fd, keys4, keys6;
};


static size_t mapped(size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}


static void destructor(void *data)
{
	struct program *p = data;

	if (p->slotv)
		(void)munmap(p->slotv, mapped(p->slots * sizeof(*p->slotv)));
	if (p->wayv)
		(void)munmap(p->wayv, mapped(p->slots * sizeof(*p->wayv)));
	flow_bpf__destroy(p->skel);
}


static int map(void **vp, const struct bpf_map *m, size_t size)
{
	void *v = mmap(NULL, mapped(size), PROT_READ | PROT_WRITE, MAP_SHARED,
		       bpf_map__fd(m), 0);

	if (v == MAP_FAILED)
		return errno;

	*vp = v;

	return 0;
}


static int size_maps(struct program *p)
{
	int err = bpf_map__set_max_entries(p->skel->maps.flow_slots, p->slots);

	if (!err)
		err = bpf_map__set_max_entries(p->skel->maps.flow_ways,
					       p->slots);
	if (!err)
		err = bpf_map__set_max_entries(p->skel->maps.flow_keys4,
					       p->slots);
	if (!err)
		err = bpf_map__set_max_entries(p->skel->maps.flow_keys6,
					       p->slots);

	return -err;
}


/* what the verifier had against it: its last lines say it */
static int load(struct program *p, struct log *log)
{
	char *said = mem_zalloc(VERDICT_MAX, NULL);
	/* its padding has to be zero as well: the macro sees to it */
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = said,
		    .kernel_log_size = VERDICT_MAX);
	int err;

	if (!said)
		return ENOMEM;

	/* else it writes to stderr */
	(void)libbpf_set_print(NULL);

	p->skel = flow_bpf__open_opts(&opts);
	err = p->skel ? size_maps(p) : errno;
	if (!err)
		err = -flow_bpf__load(p->skel);
	if (err && said[0]) {
		const size_t len = strlen(said);

		log_debug(log, "kernel.verdict",
			  KV_STR("end", said + (len > 512 ? len - 512 : 0)));
	}

	/* the object does not look at it again */
	mem_deref(said);

	return err;
}


static int share(struct program *p)
{
	void *v = NULL;
	int err = map(&v, p->skel->maps.flow_slots,
		      p->slots * sizeof(*p->slotv));

	if (err)
		return err;

	p->slotv = v;
	err = map(&v, p->skel->maps.flow_ways, p->slots * sizeof(*p->wayv));
	if (!err)
		p->wayv = v;

	return err;
}


static const char *reason(int err)
{
	switch (err) {
	case EPERM:
		return "the kernel refuses eBPF to this process (a "
		       "container's "
		       "seccomp profile, or a lock-down)";

	case ENOSYS:
		return "the kernel has no eBPF";

	case ENOMEM:
		return "out of memory";

	default:
		return "the kernel refuses the program";
	}
}


/**
 * Load the program
 *
 * @param pp    Program
 * @param slots How many flows there can be
 * @param log   Log, or NULL
 * @param why   Set on error, a static text
 *
 * @return 0 if success, otherwise errorcode
 */
int program_alloc(struct program **pp, uint32_t slots, struct log *log,
		  const char **why)
{
	struct program *p;
	int err;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->slots = slots;
	err = load(p, log);
	if (!err)
		err = share(p);
	if (err) {
		*why = reason(err);
		mem_deref(p);
		return err;
	}

	p->fd = bpf_program__fd(p->skel->progs.flow_forward);
	p->keys4 = bpf_map__fd(p->skel->maps.flow_keys4);
	p->keys6 = bpf_map__fd(p->skel->maps.flow_keys6);
	*pp = p;

	return 0;
}


/**
 * @param p Program
 *
 * @return Its descriptor
 */
int program_fd(const struct program *p)
{
	return p->fd;
}


/**
 * Let it work for some seconds
 *
 * @param p   Program
 * @param now Monotonic time, ns
 */
void program_beat(struct program *p, uint64_t now)
{
	__atomic_store_n(&p->skel->bss->flow_beat_ns, now, __ATOMIC_RELAXED);
}


/**
 * @param p     Program
 * @param index Number of a slot
 *
 * @return The slot, shared
 */
struct flow_slot *program_slot(const struct program *p, uint32_t index)
{
	return &p->slotv[index];
}


/**
 * @param p Program
 *
 * @return The ways, shared
 */
struct flow_way *program_ways(const struct program *p)
{
	return p->wayv;
}


static void put_addr(uint32_t v[4], const struct sa *sa)
{
	if (sa_af(sa) == AF_INET)
		memcpy(v, &sa->u.in.sin_addr, 4);
	else
		memcpy(v, &sa->u.in6.sin6_addr, 16);
}


/**
 * Make a flow's key
 *
 * @param key  Key
 * @param conf Flow, of one family
 */
void program_key(struct program_key *key, const struct flow_conf *conf)
{
	const uint16_t sport = htons(sa_port(&conf->src));
	const uint16_t dport = htons(sa_port(&conf->local));
	uint32_t src[4] = {0}, dst[4] = {0};

	memset(key, 0, sizeof(*key));
	put_addr(src, &conf->src);
	put_addr(dst, &conf->local);
	key->six = sa_af(&conf->src) == AF_INET6;
	if (key->six) {
		memcpy(key->u.six.src, src, sizeof(src));
		memcpy(key->u.six.dst, dst, sizeof(dst));
		key->u.six.sport = sport;
		key->u.six.dport = dport;
	}
	else {
		key->u.four = (struct flow_key4){.src = src[0],
						 .dst = dst[0],
						 .sport = sport,
						 .dport = dport};
	}
}


/* ones' complement, end-around carry */
static uint32_t swap(uint32_t sum, uint32_t from, uint32_t to)
{
	uint64_t n = (uint64_t)sum + (uint32_t)~from + to;

	n = (n & UINT32_MAX) + (n >> 32);

	return (uint32_t)((n & UINT32_MAX) + (n >> 32));
}


static uint32_t ports(const struct sa *src, const struct sa *dst)
{
	const uint16_t v[2] = {htons(sa_port(src)), htons(sa_port(dst))};
	uint32_t n;

	memcpy(&n, v, sizeof(n));

	return n;
}


/**
 * Say what is made of a flow's packets
 *
 * @param slot Slot, zeroed
 * @param conf Flow, of one family
 */
void program_aim(struct flow_slot *slot, const struct flow_conf *conf)
{
	uint32_t src[4] = {0}, dst[4] = {0};

	put_addr(src, &conf->src);
	put_addr(dst, &conf->local);
	put_addr(slot->src, &conf->out);
	put_addr(slot->dst, &conf->dst);
	slot->sport = htons(sa_port(&conf->out));
	slot->dport = htons(sa_port(&conf->dst));
	slot->tos = (uint8_t)(conf->dscp << DSCP_SHIFT);
	slot->port_diff = swap(0, ports(&conf->src, &conf->local),
			       ports(&conf->out, &conf->dst));
	for (size_t i = 0; i < 4; i++) {
		slot->addr_diff = swap(slot->addr_diff, src[i], slot->src[i]);
		slot->addr_diff = swap(slot->addr_diff, dst[i], slot->dst[i]);
	}
}


/**
 * Let the program know a flow
 *
 * @param p     Program
 * @param key   Its key
 * @param index Its slot
 *
 * @return 0 if success, EEXIST if there is one with that key, otherwise
 *         errorcode
 */
int program_add(struct program *p, const struct program_key *key,
		uint32_t index)
{
	return -bpf_map_update_elem(key->six ? p->keys6 : p->keys4, &key->u,
				    &index, BPF_NOEXIST);
}


/**
 * Let the program forget a flow
 *
 * @param p   Program
 * @param key Its key
 */
void program_remove(struct program *p, const struct program_key *key)
{
	(void)bpf_map_delete_elem(key->six ? p->keys6 : p->keys4, &key->u);
}

#endif
