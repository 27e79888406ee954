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
	__type(value, struct steer_owners);
} owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, STEER_SOCKETS);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");


/* a field is to be read where it is: the verifier knows no other way */
static __always_inline void read_address(struct steer_address *to,
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


/* which of our addresses it is; as many as there are: none */
static __always_inline __u32 find_address(const struct bpf_sk_lookup *ctx)
{
	struct steer_address to;
	__u32 i;

	read_address(&to, ctx);
	for (i = 0; i < STEER_ADDRESSES && i < place.addressc; i++) {
		const volatile struct steer_address *our = &place.addressv[i];

		if (our->v[3] == to.v[3] && our->v[2] == to.v[2] &&
		    our->v[1] == to.v[1] && our->v[0] == to.v[0])
			return i;
	}

	return place.addressc;
}


static __always_inline __u32 find_owner(const struct bpf_sk_lookup *ctx)
{
	const __u32 port = ctx->local_port - place.min;
	const struct steer_owners *slot;
	__u32 n, key;

	if (port >= place.ports)
		return 0;

	n = find_address(ctx);
	if (n >= place.addressc)
		return 0;

	n = n * place.ports + port;
	key = n / STEER_SLOT;
	slot = bpf_map_lookup_elem(&owners, &key);

	return slot ? slot->v[n % STEER_SLOT] : 0;
}


SEC("sk_lookup")
int steer(struct bpf_sk_lookup *ctx)
{
	struct bpf_sock *sk;
	__u32 owner, key;

	if (ctx->protocol != IPPROTO_UDP)
		return SK_PASS;

	owner = find_owner(ctx);
	if (!owner)
		return SK_PASS;

	key = 2 * (owner - 1) + (ctx->family == INET6);
	sk = bpf_map_lookup_elem(&sockets, &key);
	if (!sk)
		return SK_PASS;

	/* who cannot have it has to do without */
	(void)bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);

	return SK_PASS;
}
