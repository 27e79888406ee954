/**
 * @file test/fuzz/mark.c  A mark that passes is the one that we would write
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/media/mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = {{1, 2, 3}};
	struct pl mark = {(const char *)data, size};
	struct pl call = PL("abc@192.0.2.1");
	char buf[SDP_MARK_MAX + 1];
	struct sa sa;

	if (!mark_offer_check(&key, &mark, &call, &sa)) {
		must(!mark_offer(buf, sizeof(buf), &key, &call, &sa));
		must(!pl_strcmp(&mark, buf));
	}
	if (!mark_answer_check(&key, &mark, &call, &sa)) {
		must(!mark_answer(buf, sizeof(buf), &key, &call, &sa));
		must(!pl_strcmp(&mark, buf));
	}

	return 0;
}
