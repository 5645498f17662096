;; Greatest common divisor of two unsigned 32-bit numbers, by Euclid's algorithm.
(module
  (func (export "gcd") (param i32 i32) (result i32)
    (loop
      (if (i32.eqz (local.get 1)) (then (return (local.get 0))))
      (local.get 1)
      (i32.rem_u (local.get 0) (local.get 1))
      (local.set 1)
      (local.set 0)
      (br 0))
    (unreachable)))
