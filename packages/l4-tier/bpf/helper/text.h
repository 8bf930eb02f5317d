/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text of the protocol: words, numbers, base64, answers. */
#ifndef TRICADE_HELPER_TEXT_H
#define TRICADE_HELPER_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A growing buffer. `failed` once memory ran out: what was added since then is lost. */
struct text {
	char *bytes;
	size_t length;
	size_t room;
	int failed;
};

void text_add(struct text *text, const void *bytes, size_t length);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_base64(struct text *text, const uint8_t *bytes, size_t length);
void text_free(struct text *text);

/* The next word of a line, words being parted by single blanks; NULL at the end. Changes the line. */
char *next_word(char **line);

/* A decimal number ≤ most. False where the word is absent or is none. */
int parse_number(const char *word, uint32_t most, uint32_t *number);

/* Decodes padded base64 (RFC 4648, section 4) in place. False where it is none; `length` are the bytes. */
int decode_base64(char *word, size_t *length);

#endif
