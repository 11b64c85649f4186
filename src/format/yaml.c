/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the YAML front end. */
#include "format/yaml_internal.h"
#include "format/yaml_write.h"

static bool
is_refused(struct span key)
{
	return span_is(key, "sops");
}

static const char *const suffixes[] = { ".yaml", ".yml", NULL };

const struct format format_yaml = {
	.name = "yaml",
	.suffixes = suffixes,
	.tree = true,
	.scan = yamlf_scan,
	.seal = yamlf_seal,
	.sealed = yamlf_sealed,
	.spell = yamlf_spell,
	.split = yamlf_split,
	.print = yamlf_print,
	.value = yamlf_value,
	.block = yamlf_block,
	.place = yamlf_put_block,
	.odd_root = yamlf_odd_root,
	.misread = yamlf_misread,
	.copy = yamlf_copy,
	.restore = yamlf_restore,
	.replace = yamlf_replace,
	.insert = yamlf_insert,
	.remove = yamlf_remove,
	.refused = is_refused,
	.example = "hello: Welcome to SOPS! Edit this file as you please!\n"
		   "example_key: example_value\n"
		   "# Example comment\n"
		   "example_array:\n"
		   "    - example_value1\n"
		   "    - example_value2\n"
		   "example_number: 1234.56789\n"
		   "example_booleans:\n"
		   "    - true\n"
		   "    - false\n",
};
