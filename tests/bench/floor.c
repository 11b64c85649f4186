/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no program of this kind can go below, with the libraries that we use:
 * reading the file, libyaml's events, AES-256-GCM and SHA-512 over the scalars
 * (or over the whole file), and nothing else. No tree, no output.
 *
 *   floor start | floor yaml FILE | floor binary FILE
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <sodium.h>
#include <yaml.h>

enum { IV = 32, TAG = 16 };

struct work {
	EVP_CIPHER_CTX *gcm;
	EVP_MD_CTX *sha;
	uint8_t *out;
	size_t values;
};

static void
start(struct work *w, size_t most)
{
	static const uint8_t key[32];
	int ok;

	w->gcm = EVP_CIPHER_CTX_new();
	w->sha = EVP_MD_CTX_new();
	w->out = malloc(most + TAG);
	ok = w->gcm != NULL && w->sha != NULL && w->out != NULL &&
	    EVP_EncryptInit_ex(w->gcm, EVP_aes_256_gcm(), NULL, NULL, NULL) &&
	    EVP_CIPHER_CTX_ctrl(w->gcm, EVP_CTRL_AEAD_SET_IVLEN, IV, NULL) &&
	    EVP_EncryptInit_ex(w->gcm, NULL, NULL, key, NULL) &&
	    EVP_DigestInit_ex(w->sha, EVP_sha512(), NULL);
	if (!ok)
		exit(1);
}

static void
value(struct work *w, const uint8_t *p, size_t n)
{
	uint8_t iv[IV], tag[TAG];
	int done = 0;

	randombytes_buf(iv, sizeof iv);
	if (!EVP_EncryptInit_ex(w->gcm, NULL, NULL, NULL, iv) ||
	    !EVP_EncryptUpdate(w->gcm, w->out, &done, p, (int)n) ||
	    !EVP_EncryptFinal_ex(w->gcm, w->out + done, &done) ||
	    !EVP_CIPHER_CTX_ctrl(w->gcm, EVP_CTRL_AEAD_GET_TAG, TAG, tag) ||
	    !EVP_DigestUpdate(w->sha, p, n))
		exit(1);
	w->values++;
}

static uint8_t *
read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		exit(1);
	rewind(f);
	*n = (size_t)size;
	data = malloc(*n + 1);
	if (data == NULL || fread(data, 1, *n, f) != *n)
		exit(1);
	(void)fclose(f);
	return data;
}

static void
events(struct work *w, const uint8_t *text, size_t n)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int end = 0;

	if (!yaml_parser_initialize(&parser))
		exit(1);
	yaml_parser_set_input_string(&parser, text, n);
	while (!end) {
		if (!yaml_parser_parse(&parser, &event))
			exit(1);
		if (event.type == YAML_SCALAR_EVENT)
			value(w, event.data.scalar.value,
			    event.data.scalar.length);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

int
main(int argc, char **argv)
{
	struct work w = { 0 };
	uint8_t *data;
	size_t n = 0;

	if (sodium_init() < 0)
		return 1;
	if (argc < 3)
		return 0;
	data = read_file(argv[2], &n);
	start(&w, n);
	if (strcmp(argv[1], "yaml") == 0)
		events(&w, data, n);
	else
		value(&w, data, n);
	printf("%zu values\n", w.values);
	EVP_CIPHER_CTX_free(w.gcm);
	EVP_MD_CTX_free(w.sha);
	free(w.out);
	free(data);
	return 0;
}
