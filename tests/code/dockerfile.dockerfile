FROM rust:1.92 AS build
RUN cargo build --release && echo "$X" # c
COPY --from=build /a /b
ENTRYPOINT ["x", "y"]
