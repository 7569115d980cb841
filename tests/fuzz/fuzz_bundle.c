/* fuzz_bundle.c - a bundle from a stranger: entries, events and checkpoint in one input.
 *
 * The input is three parts behind lines that are "=" alone. The manifest is made to fit, so that
 * the replay itself is what is tested. Nothing may be verified but what was: the bundle that the
 * corpus begins with is the only one with a signature that any key of ours has made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "bundle.h"
#include "fuzz.h"
#include "replay.h"

struct part {
	const uint8_t *bytes;
	size_t size;
};

/* Up to the next line that is "=" alone. */
static struct part
take(const uint8_t **at, const uint8_t *end)
{
	struct part p = { *at, (size_t)(end - *at) };

	for (const uint8_t *q = *at; q + 1 < end; q++)
		if (q[0] == '=' && q[1] == '\n' && (q == *at || q[-1] == '\n')) {
			p.size = (size_t)(q - *at);
			*at = q + 2;
			return p;
		}
	*at = end;
	return p;
}

static uint64_t
lines(struct part p)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p.size; i++)
		n += p.bytes[i] == '\n';
	return n;
}

static void
keep(const char *folder, const char *name, const void *bytes, size_t size)
{
	char path[120];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(bytes, 1, size, f) != size || fclose(f) != 0)
		abort();
}

static void
write_bundle(const char *folder, const struct part parts[3])
{
	static const enum bundle_file files[3] = {
		BUNDLE_ENTRIES, BUNDLE_EVENTS, BUNDLE_CHECKPOINT
	};
	struct bundle_manifest m = { .entries = 1 + lines(parts[0]), .events = 1 + lines(parts[1]) };
	struct buf b = { 0 };

	if (m.events > m.entries)
		m.entries = m.events;
	for (size_t i = 0; i < 3; i++) {
		m.files[files[i]].present = true;
		m.files[files[i]].size = parts[i].size;
		m.files[files[i]].sha256 = hash_bytes(parts[i].bytes, parts[i].size);
		keep(folder, bundle_file_name(files[i]), parts[i].bytes, parts[i].size);
	}
	bundle_manifest_format(&m, &b);
	keep(folder, BUNDLE_MANIFEST, b.data, b.size);
	buf_free(&b);
}

static void
remove_bundle(const char *folder)
{
	char path[120];

	for (int i = 0; i < BUNDLE_FILE_MAX; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
			       bundle_file_name((enum bundle_file)i));
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/%s", folder, BUNDLE_MANIFEST);
	(void)unlink(path);
	(void)rmdir(folder);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char folder[] = "/tmp/utfall-fuzz-XXXXXX";
	const uint8_t *at = bytes;
	struct replay_args args = { .full = true };
	struct replay_report report;
	struct replay_source *source;
	struct part parts[3];
	struct err e;
	enum rc rc;

	for (size_t i = 0; i < 3; i++)
		parts[i] = take(&at, bytes + size);
	if (mkdtemp(folder) == NULL)
		abort();
	write_bundle(folder, parts);
	if (replay_source_bundle(folder, &source, &e) == RC_OK) {
		rc = replay(source, &args, &report, NULL, &e);
		if ((rc == RC_NO) != report.has_finding)
			abort();
		replay_source_free(source);
	}
	remove_bundle(folder);
	return 0;
}
