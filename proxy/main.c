/**
 * @file proxy/main.c  Options, start in order, run, stop in reverse
 */
#include <stdio.h>
#include <string.h>
#include <re.h>


int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "version")) {
		(void)printf("viaduct %s (libre %s)\n", VIADUCT_VERSION,
			     sys_libre_version_get());
		return 0;
	}

	(void)fprintf(stderr, "usage: viaduct version\n");
	return 2;
}
