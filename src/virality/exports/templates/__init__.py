"""What exported programs are made of."""
