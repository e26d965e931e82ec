f <- function(x, ...) { if (is.na(x)) NULL else x %in% c(1L, 2.5e3, "a\n") } # c
df$col[df$y > 3 & !TRUE] |> summary()
