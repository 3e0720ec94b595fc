// expected-error @above {{undeclared}}
"a"(%x) : (i32) -> () // expected-error {{undeclared}}
