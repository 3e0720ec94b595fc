// expected-error @+1 {{undeclared}}
"a"() : () -> ()
