/**
 * @file map_index.h  What stands at an index of an array, for kernel programs
 *
 * Without CAP_PERFMON verifiers as old as that of Linux 6.1 refuse to have a
 * part of eight octets of the stack written where more of them was put aside,
 * a number, too. So an index is written as eight, of which maps read four.
 */
#ifndef RELAY_KERNEL_MAP_INDEX_H
#define RELAY_KERNEL_MAP_INDEX_H

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lower four");

static __always_inline void *map_at(void *map, unsigned long long index)
{
	return bpf_map_lookup_elem(map, &index);
}

#endif
