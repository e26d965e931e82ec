export interface A<T extends keyof B = 'x'> { readonly a?: Array<T>; [k: string]: unknown; f(x: number): asserts x is 1 }
type U = A<'x'> | (() => void) & { b: `t${string}` }; enum E { A = 1 << 2 } declare const x: any as const;
@dec() abstract class C<T> implements A { private constructor(public y!: T) { super(); } get z(): T { return <T>this.y satisfies T; } }
