/**
 * @file test.h  The table of suites; test/<path>.c is the suite of <path>.c
 */
#ifndef TEST_H
#define TEST_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

/* the loop of a table test: one case a row, named in its failure message */
#define test_table(tc, fn, v) \
	tcase_add_loop_test(tc, fn, 0, (int)(sizeof(v) / sizeof((v)[0])))

/* mock/oom.c: n mem_zalloc succeed, the next one fails, once; -1: none does */
void oom_after(int n);

#endif
