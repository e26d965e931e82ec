<p><?php namespace A\B; use C\D as E; /** doc */ abstract class X extends Y implements Z { const A = 1; public ?int $p = null;
  function f(array &$a, ...$r): ?string { foreach ($a as $k => $v) { echo "x {$v['k']} $k\n", 'it\'s', <<<EOT
  heredoc $k
  EOT; } return $this->p ?? self::A . PHP_EOL; } } # c ?></p>
