// expected-error @+1 {{undeclared}}
"a"(%x) : (i32) -> () "a"(%y) : (i32) -> ()
