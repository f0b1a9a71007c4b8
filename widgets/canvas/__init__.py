"""Pictures that paint themselves, and what moves over them."""
