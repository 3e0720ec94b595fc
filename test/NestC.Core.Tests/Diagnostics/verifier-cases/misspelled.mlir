// expected-eror @+1 {{undeclared}}
"a"(%x) : (i32) -> ()
