/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files may use, so that one text compiles for the kernel and
 * for user space: the kernel's integer types, error numbers, and helpers that
 * have the same meaning in both.
 *
 * A pure file includes this and its own header, and nothing else.
 */
#ifndef CRYO_PURE_H
#define CRYO_PURE_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX
#define S32_MIN		INT32_MIN
#define S32_MAX		INT32_MAX
#define S64_MIN		INT64_MIN
#define S64_MAX		INT64_MAX

#define BIT(n)		(1UL << (n))
#define BIT_ULL(n)	(1ULL << (n))

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define min(a, b) ({			\
	__auto_type min_a = (a);	\
	__auto_type min_b = (b);	\
	min_a < min_b ? min_a : min_b;	\
})

#define max(a, b) ({			\
	__auto_type max_a = (a);	\
	__auto_type max_b = (b);	\
	max_a > max_b ? max_a : max_b;	\
})

#define clamp(value, low, high)	min(max(value, low), high)

#define hweight8(byte)		((unsigned int)__builtin_popcount((u8)(byte)))
#define hweight64(bits)		((unsigned long)__builtin_popcountll(bits))

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline s64 div_s64(s64 dividend, s32 divisor)
{
	return dividend / divisor;
}

#endif /* __KERNEL__ */
#endif /* CRYO_PURE_H */
