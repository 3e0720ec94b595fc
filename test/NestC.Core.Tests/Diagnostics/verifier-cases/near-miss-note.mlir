// expected-note @+1 {{undeclared}}
"a"(%x) : (i32) -> ()
