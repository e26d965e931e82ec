# frozen_string_literal: true
module A; class B < C::D; attr_reader :x, :"y z"
  def f?(a, b = 1, *c, k: nil, **o, &blk) = @x ||= %w[a b].map { |s| "#{s.upcase} é" =~ /x#{a}[y]/i ? :sym : nil }
  def self.g; begin; yield 1..2 unless $stdin.nil?; rescue E => e then raise; ensure puts <<~EOS; end; end
    heredoc #{e}
  EOS
end; end
