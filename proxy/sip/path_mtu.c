/**
 * @file path_mtu.c  Too large for a datagram (RFC 3261 section 18.1.1)
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>
#include "common/hash.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/path_mtu.h"

enum {
	BUCKETS = 256,
	SMALL = 1000, /* fits everywhere: nothing is asked */
};

enum verdict { UNKNOWN = 0, TAKES, REFUSES };

struct path_mtu {
	struct hash *ht;
	struct hash_key key;
	uint32_t peers;
	struct timers *timers; /* referenced */
	struct counter *streams, *failed;
	path_mtu_open_h *openh; /* NULL once closed */
	void *arg;
};

/** What is known of one next hop; the table owns it */
struct peer {
	struct le he;
	struct path_mtu *pm; /* not owned */
	struct sa addr;
	size_t limit; /* octets of a message in a datagram */
	enum verdict verdict;
	struct timer tmr;
};


static void peer_destructor(void *data)
{
	struct peer *peer = data;

	hash_unlink(&peer->he);
	timer_cancel(&peer->tmr);
	--peer->pm->peers;
}


static void destructor(void *data)
{
	struct path_mtu *pm = data;

	hash_flush(pm->ht);
	mem_deref(pm->ht);
	mem_deref(pm->timers);
}


/* of the way there, as far as the kernel knows; 0: it does not */
static size_t link_mtu(const struct sa *dst)
{
	const int fd = socket(sa_af(dst), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const bool v6 = sa_af(dst) == AF_INET6;
	int mtu = 0;
	socklen_t len = sizeof(mtu);

	if (fd < 0)
		return 0;

	if (connect(fd, &dst->u.sa, dst->len) ||
	    getsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		       v6 ? IPV6_MTU : IP_MTU, &mtu, &len))
		mtu = 0;
	(void)close(fd);

	return mtu > 0 ? (size_t)mtu : 0;
}


/* a large MTU is only that of our own link, not yet that of the path */
static size_t datagram_limit(const struct sa *dst)
{
	const size_t mtu = link_mtu(dst);

	if (!mtu || mtu >= PATH_MTU_LARGE + PATH_MTU_MARGIN)
		return PATH_MTU_LARGE;

	return mtu > PATH_MTU_MARGIN ? mtu - PATH_MTU_MARGIN : 0;
}


static bool peer_handler(struct le *le, void *arg)
{
	const struct peer *peer = le->data;

	return sa_cmp(&peer->addr, arg, SA_ALL);
}


static struct peer *find(const struct path_mtu *pm, const struct sa *addr)
{
	return list_ledata(hash_lookup(pm->ht, hash_sa(&pm->key, addr, true),
				       peer_handler, (void *)addr));
}


static void forget_handler(void *arg)
{
	mem_deref(arg);
}


static void remember(struct peer *peer, enum verdict verdict)
{
	peer->verdict = verdict;
	timer_start(peer->pm->timers, &peer->tmr, PATH_MTU_MEMORY_MS,
		    forget_handler, peer);
}


/* NULL: no room for one more */
static struct peer *get(struct path_mtu *pm, const struct sa *addr)
{
	struct peer *peer = find(pm, addr);

	if (peer || pm->peers >= PATH_MTU_PEERS_MAX)
		return peer;

	peer = mem_zalloc(sizeof(*peer), peer_destructor);
	if (!peer)
		return NULL;

	++pm->peers;
	peer->pm = pm;
	peer->addr = *addr;
	peer->limit = datagram_limit(addr);
	hash_append(pm->ht, hash_sa(&pm->key, addr, true), &peer->he, peer);
	remember(peer, UNKNOWN);

	return peer;
}


/**
 * Allocate the memory of what peers take
 *
 * @param pp      Pointer to the allocated memory
 * @param timers  Clock
 * @param metrics Metrics, or NULL
 * @param openh   Opens a stream
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int path_mtu_alloc(struct path_mtu **pp, struct timers *timers,
		   struct metrics *metrics, path_mtu_open_h *openh, void *arg)
{
	struct path_mtu *pm;
	int err;

	if (!pp || !timers || !openh)
		return EINVAL;

	pm = mem_zalloc(sizeof(*pm), destructor);
	if (!pm)
		return ENOMEM;

	pm->timers = mem_ref(timers);
	pm->streams = metrics_counter(metrics, "sip_large_requests_total");
	pm->failed = metrics_counter(metrics,
				     "sip_large_requests_failed_total");
	pm->openh = openh;
	pm->arg = arg;
	hash_key_random(&pm->key);

	err = hash_alloc(&pm->ht, BUCKETS);
	if (err)
		mem_deref(pm);
	else
		*pp = pm;

	return err;
}


/**
 * Open no streams any more
 *
 * @param pm Memory
 */
void path_mtu_close(struct path_mtu *pm)
{
	if (!pm)
		return;

	pm->openh = NULL;
	hash_flush(pm->ht);
}


/**
 * Let a flow's large requests leave by a stream
 *
 * @param pm   Memory
 * @param flow Datagram flow to a next hop that we have dialled
 */
void path_mtu_attach(struct path_mtu *pm, struct flow *flow)
{
	if (!pm || !flow || flow->path)
		return;

	flow->path = mem_ref(pm);
}


/**
 * A stream for a request that is too large for a datagram
 *
 * @param fp      Pointer to the referenced flow
 * @param sentby  Pointer to what messages show for it
 * @param flow    Flow that was chosen
 * @param size    Octets of the request
 * @param certain Only if the peer is known to take it
 *
 * @return 0 if success, ENOENT where the flow is right as it is, or has no
 *         alternative
 */
int path_mtu_stream(struct flow **fp, struct sa *sentby,
		    const struct flow *flow, size_t size, bool certain)
{
	struct path_mtu *pm;
	struct peer *peer;
	int err;

	if (!fp || !sentby || !flow)
		return EINVAL;

	pm = flow->path;
	if (!pm || !pm->openh || size <= SMALL)
		return ENOENT;

	peer = get(pm, &flow->peer);
	if (!peer || size <= peer->limit || peer->verdict == REFUSES ||
	    (certain && peer->verdict != TAKES))
		return ENOENT;

	err = pm->openh(fp, sentby, &flow->peer, pm->arg);
	if (err) {
		remember(peer, REFUSES);
		counter_inc(pm->failed);
		return ENOENT;
	}

	counter_inc(pm->streams);

	return 0;
}


/**
 * Remember what became of a request that left by a stream
 *
 * @param flow   Datagram flow that it was taken from
 * @param worked The peer has answered
 */
void path_mtu_result(const struct flow *flow, bool worked)
{
	struct path_mtu *pm = flow ? flow->path : NULL;
	struct peer *peer;

	if (!pm || !pm->openh)
		return;

	if (!worked)
		counter_inc(pm->failed);

	peer = get(pm, &flow->peer);
	if (peer)
		remember(peer, worked ? TAKES : REFUSES);
}
