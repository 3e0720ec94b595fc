// expected-warning @+1 {{undeclared}}
"a"(%x) : (i32) -> ()
