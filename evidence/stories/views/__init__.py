"""The pages of stories: public, writing, what stands beside the text, and the review's own steps."""
