"""What a source says of itself: builder, version, licence, dependencies."""
