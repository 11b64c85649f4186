/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over files instead of invented input, for compilers
 * without libFuzzer: replay FILE-OR-FOLDER...
 */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

static int
run_file(const char *path)
{
	struct stat st;
	uint8_t *data;
	size_t n = 0;
	FILE *f;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	f = fopen(path, "rb");
	if (f == NULL)
		return 0;
	/* Exactly as large as the file, so that reading past it is seen. */
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (data != NULL)
		n = fread(data, 1, (size_t)st.st_size, f);
	(void)fclose(f);
	if (data == NULL)
		return 0;
	(void)LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 1;
}

static int
run_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	char file[4096];
	int ran = 0;

	if (d == NULL)
		return run_file(path);
	while ((entry = readdir(d)) != NULL) {
		(void)snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
		ran += run_file(file);
	}
	(void)closedir(d);
	return ran;
}

int
main(int argc, char **argv)
{
	int ran = 0;

	for (int i = 1; i < argc; i++)
		ran += run_folder(argv[i]);
	printf("%d inputs\n", ran);
	return ran > 0 ? 0 : 1;
}
