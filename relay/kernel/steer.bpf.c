/**
 * @file steer.bpf.c  Which socket gets a datagram for a media port of ours
 *
 * Runs in the kernel where it looks for the socket of a datagram that no
 * connected one wants. A port that nobody has here is none of its business.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "relay/kernel/map_index.h"
#include "relay/kernel/steer_shared.h"

/* the C library's; its headers do not know this machine */
enum { INET = 2, INET6 = 10 };

const char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* constant from the moment that it is loaded */
const volatile struct steer_place place = {.ports = 0};

/* as many as there are ports, user space writes them */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct steer_owner);
} owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, STEER_SOCKETS);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");


/* a field is to be read where it is: the verifier knows no other way */
static __always_inline void read_local(struct steer_address *to,
				       const struct bpf_sk_lookup *ctx)
{
	__u32 last;

	if (ctx->family == INET) {
		to->v[0] = to->v[1] = 0;
		to->v[2] = bpf_htonl(0xffff);
		last = ctx->local_ip4;
		barrier_var(last);
	}
	else {
		to->v[0] = ctx->local_ip6[0];
		to->v[1] = ctx->local_ip6[1];
		to->v[2] = ctx->local_ip6[2];
		last = ctx->local_ip6[3];
		barrier_var(last);
	}
	to->v[3] = last;
}


static __always_inline void read_remote(struct steer_address *from,
					const struct bpf_sk_lookup *ctx)
{
	__u32 last;

	if (ctx->family == INET) {
		from->v[0] = from->v[1] = 0;
		from->v[2] = bpf_htonl(0xffff);
		last = ctx->remote_ip4;
		barrier_var(last);
	}
	else {
		from->v[0] = ctx->remote_ip6[0];
		from->v[1] = ctx->remote_ip6[1];
		from->v[2] = ctx->remote_ip6[2];
		last = ctx->remote_ip6[3];
		barrier_var(last);
	}
	from->v[3] = last;
}


/* which of our addresses it is; as many as there are: none */
static __always_inline __u32 find_address(const struct bpf_sk_lookup *ctx)
{
	struct steer_address to;
	__u32 i;

	/* without CAP_PERFMON nothing may be added to a pointer on the way,
	 * not even where nobody goes */
	read_local(&to, ctx);
#pragma unroll
	for (i = 0; i < STEER_ADDRESSES && i < place.addressc; i++) {
		const volatile struct steer_address *our = &place.addressv[i];

		if (our->v[3] == to.v[3] && our->v[2] == to.v[2] &&
		    our->v[1] == to.v[1] && our->v[0] == to.v[0])
			return i;
	}

	return place.addressc;
}


static __always_inline struct steer_owner *find_owner(
	const struct bpf_sk_lookup *ctx)
{
	const __u32 port = ctx->local_port - place.min;
	struct steer_owner *owner;
	__u32 n;

	if (port >= place.ports)
		return 0;

	n = find_address(ctx);
	if (n >= place.addressc)
		return 0;

	owner = map_at(&owners, n * place.ports + port);

	return owner && owner->worker ? owner : 0;
}


static __always_inline int is_known(const struct steer_owner *owner,
				    const struct bpf_sk_lookup *ctx)
{
	struct steer_address from;

	if (!owner->known)
		return 0;

	read_remote(&from, ctx);

	return steer_mark(&from, bpf_ntohs(ctx->remote_port), place.key) ==
	       owner->known;
}


/* two cores that count at once may lose a packet of the count */
static __always_inline int is_too_many(struct steer_owner *owner)
{
	const __u8 window = (__u8)(bpf_ktime_get_ns() >> STEER_WINDOW);

	if (owner->window != window) {
		owner->window = window;
		owner->others = 0;
	}
	if (owner->others >= STEER_STRANGERS)
		return 1;

	++owner->others;

	return 0;
}


SEC("sk_lookup")
int steer(struct bpf_sk_lookup *ctx)
{
	struct steer_owner *owner;
	struct bpf_sock *sk;
	__u32 key;

	if (ctx->protocol != IPPROTO_UDP)
		return SK_PASS;

	owner = find_owner(ctx);
	if (!owner)
		return SK_PASS;

	key = STEER_DOORS * (owner->worker - 1);
	if (!is_known(owner, ctx))
		key += STEER_OTHERS;
	key = 2 * key + (ctx->family == INET6);
	if (key & (2 * STEER_OTHERS) && is_too_many(owner))
		key = STEER_SINK + (ctx->family == INET6);

	sk = map_at(&sockets, key);
	if (!sk)
		return SK_PASS;

	/* who cannot have it has to do without */
	(void)bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);

	return SK_PASS;
}
