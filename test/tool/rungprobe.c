/**
 * @file test/tool/rungprobe.c  Whether this machine lets a rung be
 *
 *   rungprobe sockets|sk_lookup|kernel
 *
 * Asks the kernel for the least program of its kind, with nothing of ours but
 * the system call. Exit 0: it may be loaded; 1: it may not, stdout says why.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>


static int program_load(enum bpf_prog_type type, enum bpf_attach_type attach)
{
	static const struct bpf_insn insnv[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.expected_attach_type = attach;
	attr.insns = (uintptr_t)insnv;
	attr.insn_cnt = sizeof(insnv) / sizeof(insnv[0]);
	attr.license = (uintptr_t) "Dual BSD/GPL";

	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)) < 0 ? errno
									: 0;
}


static int raw_try(void)
{
	const int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

	if (fd < 0)
		return errno;
	(void)close(fd);

	return 0;
}


int main(int argc, char **argv)
{
	const char *rung = argc == 2 ? argv[1] : "";
	int err = EINVAL;

	if (!strcmp(rung, "sockets"))
		err = 0;
	else if (!strcmp(rung, "sk_lookup"))
		err = program_load(BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP);
	else if (!strcmp(rung, "kernel"))
		err = program_load(BPF_PROG_TYPE_SCHED_CLS, 0);
	if (!err && !strcmp(rung, "sk_lookup"))
		err = raw_try();

	if (err)
		(void)printf("%s: %s\n", rung, strerror(err));

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
