/**
 * @file test/proxy/admin/http/asset.c  Files that are inside of the binary
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "proxy/admin/http/asset.h"
#include "test/test.h"

enum { FILE_MAX = 1 << 20 };


START_TEST(each_file_is_as_it_is_in_the_tree)
{
	static uint8_t buf[FILE_MAX];
	char path[256];
	size_t n = 0;

	for (const struct asset *a = assetv; a->path; a++, n++) {
		FILE *f;

		ck_assert_int_gt(re_snprintf(path, sizeof(path),
					     "proxy/admin/http%s", a->path),
				 0);
		f = fopen(path, "r");
		ck_assert_ptr_nonnull(f);
		ck_assert_uint_eq(fread(buf, 1, sizeof(buf), f), a->len);
		ck_assert_int_eq(memcmp(buf, a->data, a->len), 0);
		ck_assert_ptr_nonnull(strchr(a->type, '/'));
		(void)fclose(f);
	}
	ck_assert_uint_gt(n, 0);
}
END_TEST


START_TEST(a_file_is_found_by_its_path)
{
	const struct asset *a = asset_find("/ui/index.html");

	ck_assert_ptr_nonnull(a);
	ck_assert_str_eq(a->type, "text/html; charset=utf-8");
	ck_assert_ptr_null(asset_find("/ui/"));
	ck_assert_ptr_null(asset_find("/ui/../asset.h"));
	ck_assert_ptr_null(asset_find(""));
	ck_assert_ptr_null(asset_find(NULL));
}
END_TEST


Suite *suite_asset(void);
Suite *suite_asset(void)
{
	Suite *s = suite_create("asset");
	TCase *tc = tcase_create("asset");

	tcase_add_test(tc, each_file_is_as_it_is_in_the_tree);
	tcase_add_test(tc, a_file_is_found_by_its_path);
	suite_add_tcase(s, tc);

	return s;
}
