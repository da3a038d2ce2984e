"""The data room: answers, extracts and programs for those who hold a permit, and nothing else leaves."""
