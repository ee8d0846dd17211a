"""Which records have a file, and how does it get into the staging folder?"""
