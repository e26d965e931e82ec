package main
import ( "fmt"; m "math" )
type T[K comparable] struct { A map[string][]int `json:"a"`; c chan<- int }
func (t *T[K]) F(x int, ys ...string) (n int, err error) {
	defer func() { recover() }()
	go t.F(1); select { case v := <-c: fmt.Printf("%v\n", v); default: }
	for i, r := range "é" { if r == 'x' && i != 0x1F { return i, nil } }
	s := `raw
	string`; const pi = 3.14e0; var f float64 = 1_000
	switch y := x.(type) { case int, string: fallthrough; default: panic("no") }
}
