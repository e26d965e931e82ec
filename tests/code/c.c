#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b)) \
    + 1
/* comment */ typedef struct node { struct node *next; unsigned long long v : 3; } node_t;
static inline int f(const char *s, ...) { int x = 0x1F + 07 + 'a' + '\n'; if (!s && x >= 3) goto out; for (;;) { x <<= 2; continue; }
out: return printf("%5.2f %s\n", 1.5e3f, s); } // end
#ifdef X
#error "no"
#endif
