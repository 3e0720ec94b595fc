"a"(%x) : (i32) -> ()
// expected-error @above {{undeclared}}
