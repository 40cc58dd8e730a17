module github.com/orchestra/oboe/v2

go 1.22

require example.org/x v1.0.0
