"""The pages of lessons, challenges and innovations."""
