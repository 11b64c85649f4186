/* SPDX-License-Identifier: Apache-2.0 */
/* libsealeaf: SOPS-compatible encryption of the values of a file. */
#ifndef SEALEAF_H
#define SEALEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SEALEAF_API __attribute__((visibility("default")))
#define SEALEAF_USED __attribute__((warn_unused_result))
#else
#define SEALEAF_API
#define SEALEAF_USED
#endif

/*
 * What went wrong. Values are part of the ABI and never change; the exit
 * status that SOPS documents for each is given by sealeaf_code_exit().
 */
enum sealeaf_code {
	SEALEAF_OK = 0,
	SEALEAF_ERR_GENERIC = 1,      /* exit 1: no code of its own */
	SEALEAF_ERR_READ = 2,         /* exit 2: cannot read or parse input */
	SEALEAF_ERR_WRITE = 3,        /* exit 3: cannot write output */
	SEALEAF_ERR_DUMP = 4,         /* exit 4: not representable in output */
	SEALEAF_ERR_CONTEXT = 5,      /* exit 6: bad KMS encryption context */
	SEALEAF_ERR_INDEX = 6,        /* exit 7: bad index or value of set */
	SEALEAF_ERR_CONFLICT = 7,     /* exit 8: conflicting parameters */
	SEALEAF_ERR_ENCRYPT_MAC = 8,  /* exit 21 */
	SEALEAF_ERR_ENCRYPT_TREE = 9, /* exit 23 */
	SEALEAF_ERR_DECRYPT_TREE = 10, /* exit 25: a value does not open */
	SEALEAF_ERR_KEYS_NO_FILE = 11, /* exit 49 */
	SEALEAF_ERR_MAC = 12,         /* exit 51: MAC differs or is missing */
	SEALEAF_ERR_PATH = 13,        /* exit 91: bad path of an extraction */
	SEALEAF_ERR_NO_DOCUMENT = 14, /* exit 92: nothing to encrypt */
	SEALEAF_ERR_NO_FILE = 15,     /* exit 100 */
	SEALEAF_ERR_ORDER = 16,       /* exit 112: decryption order */
	SEALEAF_ERR_NO_KEY = 17,      /* exit 128: data key not recovered */
	SEALEAF_ERR_UNCHANGED = 18,   /* exit 200 */
	SEALEAF_ERR_EDITOR = 19,      /* exit 201 */
	SEALEAF_ERR_VERSION = 20,     /* exit 202 */
	SEALEAF_ERR_ENCRYPTED = 21,   /* exit 203: already encrypted */
	SEALEAF_ERR_MEMORY = 22,      /* exit 1 */
	SEALEAF_ERR_NOT_MINE = 23,    /* a key source cannot open this one */
	SEALEAF_ERR_NOT_FOUND = 24,   /* exit 1: path names nothing */
	SEALEAF_ERR_CONFIG = 25,      /* exit 1: .sops.yaml */
	SEALEAF_ERR_METADATA = 26,    /* exit 1: metadata missing or invalid */
	SEALEAF_ERR_UNSUPPORTED = 27, /* exit 1: this build lacks it */
	SEALEAF_ERR_CANCELLED = 28    /* exit 1: the user said no */
};

/*
 * One error, owned by the caller, zeroed before use; the first error stored
 * wins. Never holds a secret.
 */
struct sealeaf_error {
	enum sealeaf_code code;
	uint32_t line, column; /* 1-based; 0: no place is known */
	char source[512];      /* file as the user named it, or empty */
	char text[8192];       /* lower case, no full stop */
	char hint[768];        /* what to do, or empty */
};

/* The exit status that SOPS documents for `code` (0 to 255). */
SEALEAF_API int sealeaf_code_exit(enum sealeaf_code code);

#ifdef __cplusplus
}
#endif
#endif
