/* vfs_fault.h - a disk for SQLite that fails on demand and forgets what was not synced.
 *
 * It stands in front of the default VFS and counts writes, truncations, syncs
 * and deletions. Of every file it keeps the image that a power cut cannot take:
 * what a successful sync has covered. No real sync is ever made, so that
 * thousands of runs are quick. One thread.
 */
#ifndef UTFALL_TEST_VFS_FAULT_H
#define UTFALL_TEST_VFS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
	FAULT_NONE,
	FAULT_ERROR,	/* the operation is not done, or half of it, and says so; once */
	FAULT_LIAR,	/* the operation is done and says that it was not; once */
	FAULT_FULL,	/* this write and all later ones find the disk full */
	FAULT_SYNC,	/* the next sync from here fails; what it should have kept may be lost,
			 * even when later syncs succeed; once */
	FAULT_POWER	/* from here on nothing is done */
};

void vfs_fault_install(void);		/* as the default VFS */
void vfs_fault_arm(enum fault what, uint64_t operation);	/* counted from 1, from now */
bool vfs_fault_happened(void);

/* Every handle is closed: the power comes back. Each sector of 512 bytes that no sync covered is,
 * at random, as it was or as it should be; so are sizes and deletions. Disarms. */
void vfs_fault_reboot(void);
/* Forgets all images: files were put in place by other means. */
void vfs_fault_forget(void);

#endif
