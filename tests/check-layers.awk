BEGIN{exit 0}
