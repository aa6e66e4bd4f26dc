/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reproducible random numbers for noise and jitter (xorshift64*; Vigna 2016). */
#ifndef CRYO_PLANT_RNG_H
#define CRYO_PLANT_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state;
};

/* Any seed will do. */
static inline struct rng rng_seeded(uint64_t seed)
{
	/* Spread near seeds; never 0, which is the generator's one fixed point. */
	seed = (seed + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
	return (struct rng){ (seed ^ seed >> 29) | 1 };
}

/* Uniform in [0, 1). */
static inline double rng_uniform(struct rng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (double)((r->state * 0x2545f4914f6cdd1du) >> 11) / (1ULL << 53);
}

/* About normal, mean 0, deviation 1, within +-3.5: the sum of four uniform ones. */
static inline double rng_normal(struct rng *r)
{
	double sum = 0;

	for (int i = 0; i < 4; i++)
		sum += rng_uniform(r);
	return (sum - 2) * 1.7320508075688772;
}

#endif
