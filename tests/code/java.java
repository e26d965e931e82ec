package a.b; import java.util.*;
/** Doc {@link X}. */ @SuppressWarnings("unchecked")
public final class A<T extends Comparable<? super T>> implements B { private static final long X = 0xFFL; enum E { A, B }
  @Override public <R> R f(final List<T> xs, int... n) throws Exception { for (T x : xs) { if (x instanceof String s && !s.isEmpty()) return null; }
    var l = xs.stream().map(x -> x.toString() + '\u0041').toArray(String[]::new); synchronized (this) { n[0]++; } throw new RuntimeException("é\n"); } }
