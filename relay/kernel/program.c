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

enum { DSCP_SHIFT = 2, VERDICT_MAX = 65536, HEADS = FLOW_RINGS * FLOW_HEADS };

struct program {
	struct flow_bpf *skel;
	struct flow_slot *slotv; /* mapped, as wayv */
	struct flow_way *wayv;
	struct flow_pair *pairv; /* by port */
	struct flow_head *headv; /* ring by ring */
	uint32_t slots;
	int fd;
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
	if (p->pairv)
		(void)munmap(p->pairv, mapped(FLOW_PAIRS * sizeof(*p->pairv)));
	if (p->headv)
		(void)munmap(p->headv, mapped(HEADS * sizeof(*p->headv)));
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
	if (!err)
		err = map(&v, p->skel->maps.flow_pairs,
			  FLOW_PAIRS * sizeof(*p->pairv));
	if (!err) {
		p->pairv = v;
		err = map(&v, p->skel->maps.flow_heads,
			  HEADS * sizeof(*p->headv));
	}
	if (!err)
		p->headv = v;

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


/**
 * @param p     Program
 * @param index Number of a ring
 *
 * @return Its headers, shared
 */
struct flow_head *program_ring(const struct program *p, uint32_t index)
{
	return p->headv + (size_t)index * FLOW_HEADS;
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


static void aim4(struct flow_slot *slot, const struct flow_conf *conf)
{
	struct flow_ends4 *e = &slot->ends4;

	e->from = conf->src.u.in.sin_addr.s_addr;
	e->to = conf->local.u.in.sin_addr.s_addr;
	e->src = conf->out.u.in.sin_addr.s_addr;
	e->dst = conf->dst.u.in.sin_addr.s_addr;
	slot->addr_diff = swap(swap(0, e->from, e->src), e->to, e->dst);
}


static void aim6(struct flow_slot *slot, const struct flow_conf *conf)
{
	struct flow_ends6 *e = &slot->ends6;

	memcpy(e->from, &conf->src.u.in6.sin6_addr, sizeof(e->from));
	memcpy(e->to, &conf->local.u.in6.sin6_addr, sizeof(e->to));
	memcpy(e->src, &conf->out.u.in6.sin6_addr, sizeof(e->src));
	memcpy(e->dst, &conf->dst.u.in6.sin6_addr, sizeof(e->dst));
	for (size_t i = 0; i < 4; i++) {
		slot->addr_diff = swap(slot->addr_diff, e->from[i], e->src[i]);
		slot->addr_diff = swap(slot->addr_diff, e->to[i], e->dst[i]);
	}
}


/**
 * Say by whom a flow is known, and what is made of its packets
 *
 * @param slot Slot, zeroed
 * @param conf Flow, of one family
 */
void program_aim(struct flow_slot *slot, const struct flow_conf *conf)
{
	slot->six = sa_af(&conf->src) == AF_INET6;
	slot->from_port = htons(sa_port(&conf->src));
	slot->to_port = htons(sa_port(&conf->local));
	slot->sport = htons(sa_port(&conf->out));
	slot->dport = htons(sa_port(&conf->dst));
	slot->tos = (uint8_t)(conf->dscp << DSCP_SHIFT);
	memset(slot->formatv, 0xff, sizeof(slot->formatv));
	slot->port_diff = swap(0, ports(&conf->src, &conf->local),
			       ports(&conf->out, &conf->dst));
	if (slot->six)
		aim6(slot, conf);
	else
		aim4(slot, conf);
}


static bool is_same(const struct flow_slot *a, const struct flow_slot *b)
{
	return a->six == b->six && a->from_port == b->from_port &&
	       a->ends4.from == b->ends4.from && a->ends4.to == b->ends4.to &&
	       !memcmp(a->ends6.from, b->ends6.from, sizeof(a->ends6.from)) &&
	       !memcmp(a->ends6.to, b->ends6.to, sizeof(a->ends6.to));
}


/* where a port's first flow stands */
static uint32_t *first_of(const struct program *p, uint16_t port)
{
	return &p->pairv[ntohs(port) / 2].first[ntohs(port) & 1];
}


/**
 * Let the program know a flow
 *
 * @param p     Program; nobody else adds or removes meanwhile
 * @param index Its slot, aimed
 *
 * @return 0 if success, EEXIST if there is one of that source and port, ENOSPC
 *         if its port has too many
 */
int program_add(struct program *p, uint32_t index)
{
	struct flow_slot *slot = &p->slotv[index];
	uint32_t *first = first_of(p, slot->to_port);
	uint32_t n = 0;

	for (uint32_t i = *first; i; i = p->slotv[i - 1].next) {
		if (is_same(&p->slotv[i - 1], slot))
			return EEXIST;
		++n;
	}
	if (n >= FLOW_CHAIN)
		return ENOSPC;

	slot->next = *first;
	__atomic_store_n(first, index + 1, __ATOMIC_RELEASE);

	return 0;
}


/**
 * Let the program forget a flow. It may stand there still, and goes on from it
 * to the next one: the slot is not to be used anew for a while.
 *
 * @param p     Program; nobody else adds or removes meanwhile
 * @param index Its slot, added
 */
void program_remove(struct program *p, uint32_t index)
{
	const struct flow_slot *slot = &p->slotv[index];
	uint32_t *next = first_of(p, slot->to_port);

	while (*next && *next != index + 1)
		next = &p->slotv[*next - 1].next;

	if (*next)
		__atomic_store_n(next, slot->next, __ATOMIC_RELEASE);
}

#endif
