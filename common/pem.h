/**
 * @file pem.h  A PEM file, read whole into memory
 */
#ifndef COMMON_PEM_H
#define COMMON_PEM_H

#include <stddef.h>
#include <openssl/bio.h>

/* why: of which errno says too little; a sentence's end */
int pem_read(BIO **bp, const char *path, char *why, size_t size);

#endif
