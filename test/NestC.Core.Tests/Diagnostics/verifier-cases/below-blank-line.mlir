// expected-error @below {{undeclared}}

"a"(%x) : (i32) -> ()
