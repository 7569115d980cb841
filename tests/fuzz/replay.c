/* replay.c - main() of a fuzz target that is not fuzzing: runs it once over each file of a
 * folder, on nothing at all, and prints TAP. A crash is a failure to prove.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { INPUT_MAX = 8 << 20 };

static int
run(const char *folder, const char *name, int number)
{
	char path[4096];
	uint8_t *bytes;
	size_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (f == NULL) {
		printf("not ok %d - %s cannot be read\n", number, path);
		return 1;
	}
	bytes = malloc(INPUT_MAX);
	if (bytes == NULL)
		abort();
	size = fread(bytes, 1, INPUT_MAX, f);
	fclose(f);
	/* exactly as large as the input, so that a read behind its end is seen */
	bytes = realloc(bytes, size > 0 ? size : 1);
	if (bytes == NULL)
		abort();
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	printf("ok %d - %s\n", number, path);
	return 0;
}

static int
is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int count, number = 1, bad = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("ok %d - nothing\n", number);
	for (int a = 1; a < argc; a++) {
		count = scandir(argv[a], &entries, is_input, alphasort);
		for (int i = 0; i < count; i++) {
			bad += run(argv[a], entries[i]->d_name, ++number);
			free(entries[i]);
		}
		free(entries);
		entries = NULL;
	}
	printf("1..%d\n", number);
	return bad > 0;
}
