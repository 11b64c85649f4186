/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of Unicode classes. PCRE2 knows more of them, and under some of these
 * it means another set (script extensions), so only names that Go documents
 * pass, in a form that leaves no choice.
 */

#include <stdlib.h>
#include <string.h>

#include "base/regex_gate.h"

/* clang-format off */
/* Sorted, as canonical() spells them. */
static const char *const scripts[] = {
	"Adlam", "Ahom", "Anatolianhieroglyphs", "Arabic", "Armenian",
	"Avestan", "Balinese", "Bamum", "Bassavah", "Batak", "Bengali",
	"Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese", "Buhid",
	"Canadianaboriginal", "Carian", "Caucasianalbanian", "Chakma", "Cham",
	"Cherokee", "Chorasmian", "Common", "Coptic", "Cuneiform", "Cypriot",
	"Cyprominoan", "Cyrillic", "Deseret", "Devanagari", "Divesakuru",
	"Dogra", "Duployan", "Egyptianhieroglyphs", "Elbasan", "Elymaic",
	"Ethiopic", "Georgian", "Glagolitic", "Gothic", "Grantha", "Greek",
	"Gujarati", "Gunjalagondi", "Gurmukhi", "Han", "Hangul",
	"Hanifirohingya", "Hanunoo", "Hatran", "Hebrew", "Hiragana",
	"Imperialaramaic", "Inherited", "Inscriptionalpahlavi",
	"Inscriptionalparthian", "Javanese", "Kaithi", "Kannada", "Katakana",
	"Kawi", "Kayahli", "Kharoshthi", "Khitansmallscript", "Khmer",
	"Khojki", "Khudawadi", "Lao", "Latin", "Lepcha", "Limbu", "Lineara",
	"Linearb", "Lisu", "Lycian", "Lydian", "Mahajani", "Makasar",
	"Malayalam", "Mandaic", "Manichaean", "Marchen", "Masaramgondi",
	"Medefaidrin", "Meeteimayek", "Mendekikakui", "Meroiticcursive",
	"Meroitichieroglyphs", "Miao", "Modi", "Mongolian", "Mro", "Multani",
	"Myanmar", "Nabataean", "Nagmundari", "Nandinagari", "Newa",
	"Newtailue", "Nko", "Nushu", "Nyiakengpuachuehmong", "Ogham",
	"Olchiki", "Oldhungarian", "Olditalic", "Oldnortharabian",
	"Oldpermic", "Oldpersian", "Oldsogdian", "Oldsoutharabian",
	"Oldturkic", "Olduyghur", "Oriya", "Osage", "Osmanya", "Pahawhhmong",
	"Palmyrene", "Paucinhau", "Phagspa", "Phoenician", "Psalterpahlavi",
	"Rejang", "Runic", "Samaritan", "Saurashtra", "Sharada", "Shavian",
	"Siddham", "Signwriting", "Sinhala", "Sogdian", "Sorasompeng",
	"Soyombo", "Sundanese", "Sylotinagri", "Syriac", "Tagalog",
	"Tagbanwa", "Taile", "Taitham", "Taiviet", "Takri", "Tamil", "Tangsa",
	"Tangut", "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh",
	"Tirhuta", "Toto", "Ugaritic", "Vai", "Vithkuqi", "Wancho",
	"Warangciti", "Yezidi", "Yi", "Zanabazarsquare",
};

/* Long names of categories; sorted. */
static const struct alias {
	const char *name, *category;
} aliases[] = {
	{ "Casedletter", "LC" },
	{ "Closepunctuation", "Pe" },
	{ "Cntrl", "Cc" },
	{ "Combiningmark", "M" },
	{ "Connectorpunctuation", "Pc" },
	{ "Control", "Cc" },
	{ "Currencysymbol", "Sc" },
	{ "Dashpunctuation", "Pd" },
	{ "Decimalnumber", "Nd" },
	{ "Digit", "Nd" },
	{ "Enclosingmark", "Me" },
	{ "Finalpunctuation", "Pf" },
	{ "Format", "Cf" },
	{ "Initialpunctuation", "Pi" },
	{ "Letter", "L" },
	{ "Letternumber", "Nl" },
	{ "Lineseparator", "Zl" },
	{ "Lowercaseletter", "Ll" },
	{ "Mark", "M" },
	{ "Mathsymbol", "Sm" },
	{ "Modifierletter", "Lm" },
	{ "Modifiersymbol", "Sk" },
	{ "Nonspacingmark", "Mn" },
	{ "Number", "N" },
	{ "Openpunctuation", "Ps" },
	{ "Other", "C" },
	{ "Otherletter", "Lo" },
	{ "Othernumber", "No" },
	{ "Otherpunctuation", "Po" },
	{ "Othersymbol", "So" },
	{ "Paragraphseparator", "Zp" },
	{ "Privateuse", "Co" },
	{ "Punct", "P" },
	{ "Punctuation", "P" },
	{ "Separator", "Z" },
	{ "Spaceseparator", "Zs" },
	{ "Spacingmark", "Mc" },
	{ "Surrogate", "Cs" },
	{ "Symbol", "S" },
	{ "Titlecaseletter", "Lt" },
	{ "Unassigned", "Cn" },
	{ "Uppercaseletter", "Lu" },
};
/* clang-format on */

static const char *const categories[] = { "C", "Cc", "Cf", "Cn", "Co", "Cs",
	"L", "Lc", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N",
	"Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S",
	"Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs" };

/*
 * What a class holds besides when case does not matter: characters outside of
 * it that fold to one inside. NULL: too many to list, so that is refused.
 */
static const struct folded {
	const char *name, *more;
} folded[] = {
	{ "L", "\\x{345}" },
	{ "M", "\\x{399}\\x{3b9}\\x{1fbe}" },
	{ "Mn", "\\x{399}\\x{3b9}\\x{1fbe}" },
	{ "Common", "\\x{39c}\\x{3bc}" },
	{ "Greek", "\\x{b5}\\x{345}" },
	{ "Inherited", "\\x{399}\\x{3b9}\\x{1fbe}" },
	{ "Ll", NULL },
	{ "Lt", NULL },
	{ "Lu", NULL },
};

enum { NAME_MAX_LENGTH = 64 };

/* Go ignores case, blanks, '-' and '_': first letter upper, others lower. */
static bool
canonical(char out[NAME_MAX_LENGTH], struct span name)
{
	size_t n = 0;
	char c;

	for (size_t i = 0; i < name.n; i++) {
		c = name.p[i];
		if (c == '_' || c == '-' || c == ' ')
			continue;
		if (n == 0 && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if (n > 0 && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (n + 1 >= NAME_MAX_LENGTH || c == '\0')
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

static int
compare_text(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

static int
compare_alias(const void *key, const void *entry)
{
	return strcmp(key, ((const struct alias *)entry)->name);
}

static bool
put_property(struct buf *b, const char *prefix, const char *name, bool negated,
    bool fold, bool *refused)
{
	const char *more = "";

	for (size_t i = 0; fold && i < sizeof folded / sizeof *folded; i++) {
		if (strcmp(name, folded[i].name) != 0)
			continue;
		more = folded[i].more;
		/* A class cannot take single characters out again. */
		*refused = more == NULL || negated;
		if (*refused)
			return false;
	}
	buf_printf(b, "\\%c{%s%s}%s", negated ? 'P' : 'p', prefix, name, more);
	return true;
}

bool
regex_property(struct buf *b, struct span name, bool negated, bool fold,
    bool *refused)
{
	char text[NAME_MAX_LENGTH];
	const struct alias *alias;
	const char *known = text;

	if (!canonical(text, name))
		return false;
	if (strcmp(text, "Any") == 0)
		return put_property(b, "", text, negated, fold, refused);
	if (strcmp(text, "Assigned") == 0)
		return put_property(b, "", "Cn", !negated, fold, refused);
	if (strcmp(text, "Ascii") == 0)
		return regex_ascii_class(b, span_of("ascii"), negated, fold);
	if (bsearch(text, scripts, sizeof scripts / sizeof *scripts,
		sizeof *scripts, compare_text) != NULL)
		return put_property(b, "sc:", text, negated, fold, refused);
	alias = bsearch(text, aliases, sizeof aliases / sizeof *aliases,
	    sizeof *aliases, compare_alias);
	if (alias != NULL)
		known = alias->category;
	if (strcmp(known, "Lc") == 0 || strcmp(known, "LC") == 0)
		return put_property(b, "", "L&", negated, fold, refused);
	if (bsearch(known, categories, sizeof categories / sizeof *categories,
		sizeof *categories, compare_text) == NULL)
		return false;
	return put_property(b, "", known, negated, fold, refused);
}
