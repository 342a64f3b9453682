"""stub"""
MAX_PAGES = 100
def is_installed(): return False
